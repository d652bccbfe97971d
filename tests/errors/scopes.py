def f():
    x = 1
    global x
# ---
def f():
    print(x)
    global x
# ---
def f(x):
    global x
# ---
def f():
    nonlocal x
# ---
nonlocal x
# ---
def f():
    x = 1
    def g():
        x = 2
        nonlocal x
# ---
def f(x):
    nonlocal x
# ---
def f():
    global x
    nonlocal x
# ---
def f():
    x: int
    global x
# ---
def f():
    global x
    x: int
# ---
break
# ---
continue
# ---
for x in y:
    def f():
        break
# ---
while x:
    pass
else:
    break
# ---
class A:
    continue
# ---
def f():
    from a import *
# ---
from __future__ import nothing
# ---
from __future__ import braces
# ---
x = 1
from __future__ import annotations
# ---
[x := 1 for x in y]
# ---
[i for i in (x := y)]
# ---
class A:
    [x := 1 for y in z]
# ---
[[x for i in z] for x in (x := 1)]
# ---
def f():
    def g():
        nonlocal x
    y = 1
# ---
try:
    pass
except* A:
    break
# ---
for x in y:
    try: pass
    except* A:
        continue
# ---
def f():
    try: pass
    except* A:
        return
# ---
try: pass
except: pass
except A: pass
# ---
try: pass
except A: pass
except* B: pass
# ---
try: pass
except*: pass
# ---
for a in b:
    try:
        pass
    finally:
        continue
# ---
def f():
    try:
        pass
    finally:
        return 1
