"""Diagrams: flowcharts in Mermaid's language in, inline SVG out, without a browser.

flowchart.py reads the text, drawing.py draws what it says, svg.py is what it draws with, and page.py puts the pictures
into pages. Nothing in this package knows MkDocs.

A reader of our own takes the text: it is to name the line of every fault, and to refuse what can't be drawn. Code hosts and
editors preview the text, since it is Mermaid. Graphviz finds the places of nodes and links.
"""
