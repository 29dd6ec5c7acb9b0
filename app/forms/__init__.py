"""Form files become marshmallow schemas and page descriptions."""
