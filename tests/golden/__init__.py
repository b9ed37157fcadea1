"""Marts against published figures, transcribed by hand."""
