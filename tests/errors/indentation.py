  x = 1
# ---
if x:
pass
# ---
def f():
x = 1
# ---
class A:
# ---
if x:
    y
  z
# ---
if x:
        y
	z
# ---
if x:
    y
	z
# ---
for x in y:
# comment
z
# ---
while x:
# ---
try:
x
# ---
try:
    x
y
# ---
try:
    x
finally:
y
# ---
try:
    x
except:
y
# ---
try:
    x
except A as b:
y
# ---
try:
    x
except* A:
y
# ---
with a:
b
# ---
match x:
case 1: pass
# ---
match x:
    case 1:
    pass
# ---
else:
    pass
# ---
if x:
    pass
elif y:
z
# ---
if x:
    pass
else:
z
# ---
def f(
    a
):
x
# ---
class A(B):
x
# ---
async def f():
x
# ---
x = 1
    y = 2
