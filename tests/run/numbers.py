# Integers past the immediates, floats, comparisons.
print(2 ** 100, -(2 ** 70) // 3, 10 ** 18 * 10 ** 18, 7 % -3, 1 << 65)
print(0.1 + 0.2, 1e300 * 1e10, 5 / 2, -0.0, 1e-320)
n = 1152921504606846975
for step in range(3):
    print(n, n - step == n, n < n + 1)
    n = n + 1
total = 0
for i in range(1000):
    total = total + i * i * i * i * i * i * i
print(total)
x = 1.5
for i in range(300):
    x = x * 2.0
print(x)
nan = 1e400 - 1e400
print(nan == nan, nan in [nan], 1 == 1.0, True + True, 3 & 5, 3 | 5, 3 ^ 5, ~7)
l = [3, 1, 2]
l[0], l[1] = l[1], l[0]
print(l, l[1:], l[::-1], (1, 2) + (3,), "ab" * 3, "abc"[1], "h\u00e9llo"[1:3])
