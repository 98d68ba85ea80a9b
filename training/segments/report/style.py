"""How the page of classifications looks, beyond what the readiness page has."""

MORE_STYLE = """
main { max-width: 68rem; }
h2 { display: flex; flex-wrap: wrap; gap: .5rem; align-items: baseline; }
h3 { margin-top: 1.1rem; } .glance + p, .wide + .sub { margin-top: .8rem; }
article h3 { margin-top: .2rem; }
figure { margin: .8rem 0; text-align: center; }
figure img { width: auto; max-width: 100%; } small.code { font-size: .75rem; }
a { color: #005a96; } summary { cursor: pointer; color: #005a96; margin-top: .6rem; }
.badge { display: inline-block; border-radius: 999px; padding: .05rem .6rem; font-size: .8rem;
  font-weight: 600; white-space: nowrap; color: var(--ink); background: #e7eaee; }
.badge.good { background: #cfe9dc; color: #0b4f33; } .badge.fair { background: #fbe7bd;
  color: #5c3d00; } .badge.bad { background: #f6d3cf; color: #7a1710; }
.badge.open { background: #dbe7f4; color: #173f67; }
tr.off th, tr.off td { color: var(--soft); } tr.total th, tr.total td { font-weight: 600;
  border-top: 2px solid var(--line); }
.labels th, .labels td { text-align: right; } .labels th:first-child { text-align: left;
  white-space: normal; min-width: 9rem; }
.glance td:nth-last-child(2), .glance th:nth-last-child(2) { text-align: left;
  white-space: normal; }
td.bar { position: relative; min-width: 6.4rem; } td.bar b { font-weight: 400; }
td.bar span { position: absolute; left: .4rem; top: 18%; height: 64%; border-radius: 3px;
  width: calc((100% - 4rem) * var(--share)); }
.people { background: #b9d9ee; } .money { background: #bfe5d6; } .left { background: #fbdca0; }
.reach { background: #dcd3ea; }
.questions th, .questions td { text-align: left; vertical-align: top; white-space: nowrap; }
.questions td:last-child { white-space: normal; }
"""
