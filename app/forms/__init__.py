"""Form files (form-js schema with translations): checked answers, page descriptions, drafts.

`compile_form` once per file; `Form.check`, `Form.page`, `Form.values_of`, `Form.rearranged` per request.
"""

from app.forms.choices import FILES, Choice
from app.forms.fields import Field
from app.forms.form import Form, compile_form, form_problems
from app.forms.groups import FileRule
from app.forms.problems import ElementNotNumberedError, InvalidFormError, Problem
from app.forms.submission import Submission
from app.forms.validation import Checked
from app.forms.views import ErrorView, FieldView, FormPage

__all__ = [
    "FILES",
    "Checked",
    "Choice",
    "ElementNotNumberedError",
    "ErrorView",
    "Field",
    "FieldView",
    "FileRule",
    "Form",
    "FormPage",
    "InvalidFormError",
    "Problem",
    "Submission",
    "compile_form",
    "form_problems",
]
