"""Papermill's cell of injected parameters, tuples included."""

from collections.abc import Mapping

from nbformat import NotebookNode
from papermill.parameterize import parameterize_notebook
from papermill.translators import PythonTranslator, papermill_translators


class _Python(PythonTranslator):
    """Writes tuples as tuples, which papermill would write as texts."""

    @classmethod
    def translate(cls, val: object) -> str:
        if isinstance(val, tuple):
            return f"tuple({cls.translate_list(list(val))})"
        return super().translate(val)


papermill_translators.register("python", _Python)


def parameterized(notebook: NotebookNode, values: Mapping[str, object]) -> NotebookNode:
    """Inject parameters into a notebook, as the command ``papermill`` does."""
    return parameterize_notebook(notebook, dict(values))
