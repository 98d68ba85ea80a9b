"""How the readiness page looks."""

STYLE = """
:root { --ink: #1f2430; --soft: #5c6470; --line: #dde1e7; --paper: #fff; --back: #f4f6f8; }
* { box-sizing: border-box; }
body { margin: 0; background: var(--back); color: var(--ink);
  font: 16px/1.5 system-ui, "Segoe UI", "Liberation Sans", sans-serif; }
main { max-width: 58rem; margin: 0 auto; padding: 2rem 1rem 4rem; }
h1 { margin: 0; font-size: 1.9rem; } h2 { margin: 0 0 .25rem; font-size: 1.25rem; }
h2 small { color: var(--soft); font-weight: 400; } h3 { margin: 0 0 .35rem; font-size: 1rem; }
p { margin: .3rem 0; } .sub { color: var(--soft); font-size: .9rem; }
section { background: var(--paper); border: 1px solid var(--line); border-radius: 10px;
  padding: 1.1rem 1.25rem; margin: 1rem 0; }
.verdict { border-left: 8px solid; font-size: 1.1rem; } .verdict strong { font-size: 1.3rem; }
.good { border-left-color: #2e8b57; } .bad { border-left-color: #b3261e; }
.wide { overflow-x: auto; } table { border-collapse: collapse; width: 100%; font-size: .9rem; }
th, td { text-align: right; padding: .35rem .5rem; border-bottom: 1px solid var(--line);
  white-space: nowrap; } th:first-child, td:last-child, th:last-child { text-align: left; }
td:last-child { white-space: normal; }
article { border-left: 5px solid var(--line); padding: .1rem 0 .1rem .9rem; margin: 1rem 0; }
article.stops { border-color: #b3261e; } article.weakens { border-color: #d1802a; }
article.note { border-color: #1b6ca8; }
.table { background: var(--back); border-radius: 4px; padding: 0 .4rem; font-weight: 600; }
.code { color: var(--soft); font: .75rem/1.4 ui-monospace, "Liberation Mono", monospace; }
code { background: var(--back); border-radius: 4px; padding: .05rem .3rem; font-size: .85em;
  overflow-wrap: anywhere; } img { width: 100%; height: auto; }
details { font-size: .9rem; color: var(--soft); } footer { color: var(--soft); font-size: .85rem; }
@media print { body { background: #fff; } section { break-inside: avoid; } }
"""
