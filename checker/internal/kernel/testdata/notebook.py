"""Runs an exported notebook from top to bottom with nbclient and compares what its
cells print with what is stored in them, which is what the page shows.

Run as: notebook.py FILE; the notebook is in the workbook's folder.
"""
import os
import sys

import nbclient
import nbformat

file = sys.argv[1]
nb = nbformat.read(file, as_version=4)


def text(cell):
    return "".join(o.text for o in cell.outputs if o.output_type == "stream" and o.name == "stdout").rstrip("\n")


want = [text(c) if c.cell_type == "code" else None for c in nb.cells]
nbclient.NotebookClient(nb, timeout=600, allow_errors=True, resources={"metadata": {"path": os.path.dirname(file)}}).execute()
bad = cells = exercises = 0
for cell, expected in zip(nb.cells, want):
    if cell.cell_type != "code" or cell.source.startswith("%lesson"):
        continue
    cells += 1
    errors = [o for o in cell.outputs if o.output_type == "error"]
    if cell.source.startswith("%%exercise"):
        exercises += 1
        shown = "".join(str(o.get("data", {}).get("text/plain", "")) for o in cell.outputs)
        ok = not errors and "1 of 1" in shown
        expected, got = "1 of 1", shown or errors
    else:
        got = text(cell)
        for o in cell.outputs:  # pictures and tables: the page shows their text
            if o.output_type == "display_data":
                got = (got + "\n" if got else "") + o.data["text/plain"]
        got = got.rstrip("\n")
        ok = not errors and (got == expected or sorted(got.split("\n")) == sorted(expected.split("\n")))
        got = errors or got
    if not ok:
        bad += 1
        print("cell:", cell.source[:300], "\nwant:", expected, "\ngot:", got, "\n")
print(f"{cells - bad} passed, {bad} failed, {exercises} of them exercises")
sys.exit(1 if bad or not exercises else 0)
