squares = [n * n for n in range(10) if n % 2]
pairs = {(a, b): a + b for a in squares for b in squares if a < b}
letters = {letter for word in ["a", "b"] for letter in word}
lazy = (n for n in squares)


def table(rows):
    return [[cell for cell in row] for row in rows], {key: lambda: key for key in rows}


class Scope:
    items = [1, 2]
    doubled = [item * 2 for item in items]
