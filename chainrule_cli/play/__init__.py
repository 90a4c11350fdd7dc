"""The interactive stepper: a scene, a walk through it, and the widgets that show both.

scene.py and walk.py are plain data and are tested without a terminal. What is computed is asked for through
asking.py and worked out in a process that can be killed.
"""
