"""The studio on the application."""

from flask import Flask

from app.studio.editor import editor
from app.studio.pages import pages
from app.studio.texts import texts


def mount_studio(app: Flask) -> None:
    """Put the studio's pages and what its editor asks for onto the application."""
    app.register_blueprint(pages)
    app.register_blueprint(editor)
    app.register_blueprint(texts)
