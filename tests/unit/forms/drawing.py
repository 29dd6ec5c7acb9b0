"""Pages of forms without the rest of the site: the macros, the stylesheet and the script, and nothing else."""

from pathlib import Path
from typing import Any

from flask import Flask, render_template_string

from app.forms import FormPage
from app.page.texts import say
from app.web.site import icon

WEB = Path(__file__).parents[3] / "app" / "web"
TEMPLATE = """
{% from "parts/form.html" import form_fields, error_summary with context %}
<!doctype html><html lang="{{ form.language }}"><head><meta charset="utf-8">
<meta name="csrf" content="csrf-of-the-page">
<title>{{ t("form.error_prefix") if form.errors }} Qabyldau</title><link rel="icon" href="/static/mark.svg">
<link rel="stylesheet" href="/static/qabyldau.css"></head>
<body><main id="main">{{ error_summary(form) }}
<h1>Qabyldau</h1><form class="panel roomy" method="post" novalidate data-draft-url="/draft"><div class="form">
{{ form_fields(form) }}
<div class="actions"><button class="btn main">OK</button><span class="saved" role="status" hidden></span></div>
</div></form></main><script src="/static/form.js" defer></script></body></html>
"""


def form_site() -> Flask:
    """An application that can draw forms and has no page yet."""
    site = Flask("app.web", root_path=str(WEB))
    site.jinja_env.trim_blocks = site.jinja_env.lstrip_blocks = True
    site.add_url_rule("/files/<file_id>", "files.send", lambda file_id: file_id)
    return site


def draw(page: FormPage) -> str:
    """The page as HTML, inside a request of a `form_site`."""

    def t(key: str, **places: Any) -> str:
        return say(page.language, key, **places)

    return render_template_string(TEMPLATE, form=page, t=t, icon=icon)


def page_of(page: FormPage) -> str:
    """The page as HTML."""
    with form_site().test_request_context():
        return draw(page)
