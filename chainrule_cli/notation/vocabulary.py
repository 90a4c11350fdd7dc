"""The words that stand around a formula, by what they do there: English, German, French, Spanish, Italian,
Portuguese, Dutch.

A word that is in none of these is never dropped: it is an unknown name. To teach one more, add it to a table.
"""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


PLAIN = _words(
    """
    a all also an and ans answer any are as calculus chain computing consequently derivative derivatives
    different differentiating differentiation evaluate equal equals every expand expanded factor
    final finally find finding first following formula from function functions get gets give given
    gives got had has have having hence here i implies in is it its just let let let's line lines me
    must my now number numbers obtain obtained our out positive power problem product quotient real
    reals respect result results rule rules shows simplified simplifies simplify simplifying so
    soln solution solve step such sum then therefore this thus to using value values we what which will
    with write yield yields you your compute calculate determine consider wrt question exercise task
    again
    antwort also damit daher daraus die der das ergebnis ergibt es folgt gilt ist lautet loesung
    lösung man meine somit und unsere wir erhalten ergebnisse ableitung kettenregel produktregel
    quotientenregel potenzregel berechne bestimme leite sei für alle reelle
    alors ainsi calculer cela cette donc dérivée derivee est et la le les notre ma obtient on où
    réponse reponse résultat resultat trouver trouve règle regle chaîne chaine donne soit
    así asi cadena de del derivada el entonces es la luego mi por regla respuesta resultado solución
    solucion tanto tenemos obtenemos halla calcula sea
    allora derivata il la mia otteniamo perciò quindi regola risposta risultato soluzione della
    catena calcola trova
    logo resposta solução solucao portanto obtemos minha regra cadeia é
    afgeleide antwoord dus het kettingregel oplossing resultaat wij krijgen
    """
)
"""Words that say nothing about the formula."""

SHORT_LEADS = _words("so is if let sei the we my la le el il es und die")
"""Words of up to three letters that may stand alone before a formula; others only beside a longer word."""

EQUALS = _words("is equals gives ist ergibt est es è é vaut lautet")
"""Words that stand for = between a derivative by its name and what it is."""

ASKING = _words("derivative ableitung dérivée derivee derivada derivata afgeleide")
OF = _words("of von de di da van der del della la the function for")
"""derivative of: what follows is to be differentiated."""
DIFFERENTIATE = _words("differentiate derive ableiten dériver deriver derivar derivare")

ORDINALS = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "1st": 1, "2nd": 2, "3rd": 3, "4th": 4,
    "erste": 1, "zweite": 2, "dritte": 3, "première": 1, "seconde": 2, "deuxième": 2, "troisième": 3,
    "primera": 1, "segunda": 2, "tercera": 3, "prima": 1, "terza": 3,
}  # fmt: skip
"""Word -> the order of the derivative."""

REMARKS = _words(
    """
    for when where if provided assuming unless since because by using via with from on as whenever
    für wenn falls wobei mit nach weil wegen
    pour si quand où car avec par
    para cuando donde con por per quando dove voor als waarbij met
    """
)
"""Words that begin a remark behind a formula."""

CONJUNCTIONS = _words(
    "then so therefore hence thus which alors donc dann also daher entonces luego allora quindi"
)
"""Words between two formulas of a line."""

GIVING = _words("let with set put where sei mit setze soit avec posons sea con sia seja")
"""Words before a definition: let u = x^2."""

NEGATIONS = _words(
    """
    not isn't doesn't don't cannot can't never no wrong incorrect false undefined
    nicht kein keine falsch pas faux jamais falso nunca niet fout non
    """
)
"""Words that turn a sentence round: what stands beside them is not taken for an answer."""

ALL = PLAIN | GIVING | REMARKS | OF | DIFFERENTIATE | ASKING | frozenset(ORDINALS)
"""Every word that may be set aside."""
