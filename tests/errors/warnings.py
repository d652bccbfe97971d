x = "\d"
y = "\d"; z = "\e"
# ---
x = b"\d"
# ---
assert (x, "always")
# ---
x is 1
# ---
"a" is not x
# ---
() is x
# ---
1()
# ---
"a"()
# ---
[1](2)
# ---
[1, 2][3, 4]
# ---
(1, 2)["a"]
# ---
"a"[1.5]
# ---
{}()
# ---
f"{x}"()
# ---
0x1for x in y
# ---
1if x else 2
# ---
~True
# ---
x = 1is 2
# ---
def f():
    for x in y:
        try: pass
        finally: break
# ---
def f():
    try: pass
    finally: return
# ---
"\777"
# ---
"""
\d
"""
# ---
(lambda: 0)[1]
# ---
None[1]
# ---
t"{x}"()
