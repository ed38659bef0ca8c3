"""The run's report for people (HTML with plots) and for programs (JSON).

render.py   writes report.html and report.json beside the results
plots.py    the plots, as SVG
report.html.jinja   the page
"""
