"""The words that a book's renderer adds itself, in the book's language."""

ENGLISH = (
    "Figure", "Table", "Listing", "Equation", "Section", "Chapter", "Appendix", "Appendices",
    "Part", "Theorem", "Lemma", "Corollary", "Proposition", "Conjecture", "Definition", "Example",
    "Exercise", "Proof", "Remark", "Solution", "Note", "Tip", "Warning", "Important", "Caution",
    "References", "Abstract", "Contents", "List of figures", "List of tables",
)  # fmt: skip
TRANSLATIONS = {
    "de": (
        "Abbildung", "Tabelle", "Listing", "Gleichung", "Abschnitt", "Kapitel", "Anhang", "Anhänge",
        "Teil", "Theorem", "Lemma", "Korollar", "Proposition", "Vermutung", "Definition",
        "Beispiel", "Übung", "Beweis", "Bemerkung", "Lösung", "Hinweis", "Tipp", "Warnung",
        "Wichtig", "Vorsicht", "Literatur", "Zusammenfassung", "Inhalt", "Abbildungsverzeichnis",
        "Tabellenverzeichnis",
    ),
    "es": (
        "Figura", "Tabla", "Listado", "Ecuación", "Sección", "Capítulo", "Apéndice", "Apéndices",
        "Parte", "Teorema", "Lema", "Corolario", "Proposición", "Conjetura", "Definición",
        "Ejemplo", "Ejercicio", "Prueba", "Observación", "Solución", "Nota", "Sugerencia",
        "Advertencia", "Importante", "Precaución", "Referencias", "Resumen", "Índice",
        "Lista de figuras", "Lista de tablas",
    ),
    "fr": (
        "Figure", "Table", "Listing", "Équation", "Section", "Chapitre", "Annexe", "Annexes",
        "Partie", "Théorème", "Lemme", "Corollaire", "Proposition", "Conjecture", "Définition",
        "Exemple", "Exercice", "Preuve", "Remarque", "Solution", "Note", "Astuce",
        "Avertissement", "Important", "Mise en garde", "Références", "Résumé",
        "Table des matières", "Liste des figures", "Liste des tables",
    ),
    "it": (
        "Figura", "Tabella", "Listato", "Equazione", "Sezione", "Capitolo", "Appendice",
        "Appendici", "Parte", "Teorema", "Lemma", "Corollario", "Proposizione", "Congettura",
        "Definizione", "Esempio", "Esercizio", "Dimostrazione", "Osservazione", "Soluzione",
        "Nota", "Suggerimento", "Avvertimento", "Importante", "Attenzione",
        "Riferimenti bibliografici", "Sommario", "Indice", "Elenco delle figure",
        "Elenco delle tabelle",
    ),
    "nl": (
        "Figuur", "Tabel", "Listing", "Vergelijking", "Paragraaf", "Hoofdstuk", "Bijlage",
        "Bijlagen", "Deel", "Stelling", "Lemma", "Corollarium", "Propositie", "Vermoeden",
        "Definitie", "Voorbeeld", "Oefening", "Bewijs", "Opmerking", "Oplossing", "Opmerking",
        "Tip", "Waarschuwing", "Belangrijk", "Opgelet", "Referenties", "Samenvatting",
        "Inhoudsopgave", "Lijst van figuren", "Lijst van tabellen",
    ),
    "pt": (
        "Figura", "Tabela", "Listagem", "Equação", "Seção", "Capítulo", "Apêndice", "Apêndices",
        "Parte", "Teorema", "Lema", "Corolário", "Proposição", "Conjectura", "Definição",
        "Exemplo", "Exercício", "Prova", "Observação", "Solução", "Nota", "Dica", "Aviso",
        "Importante", "Cuidado", "Referências", "Resumo", "Índice", "Lista de figuras",
        "Lista de tabelas",
    ),
}  # fmt: skip
TABLES = {
    language: dict(zip(ENGLISH, words, strict=True)) for language, words in TRANSLATIONS.items()
}


def word(language: str, english: str) -> str:
    """Give a word in a language; in English if there is no translation.

    Examples
    --------
    >>> word("de-AT", "Figure"), word("sv", "Figure")
    ('Abbildung', 'Figure')
    """
    return TABLES.get(language.partition("-")[0], {}).get(english, english)
