"""How values look on every screen (built in to all templates)."""

from django import template

register = template.Library()
