# Every method of str, over strings of all widths.
def show(*values):
    for value in values:
        print([value])


def fails(function, *arguments):
    try:
        print([function(*arguments)])
    except Exception as error:
        print([type(error), str(error)])


show("a,b,c".split(","), " a  b ".split(), "a,b".rsplit(",", 1), "aπbπc".split("π"), "abc".split("π"))
show(" a b c ".split(None, 1), " a b c ".rsplit(None, 1), "a🐍b".split("🐍"), "".split(), "".split(","))
show("\n".join(["a", "b"]), "π".join(("x", "y", "z")), "".join([]), "".join(["q"]), "-".join("aπ🐍"))
show("x".center(5), "x".center(4, "π"), "ab".ljust(4), "ab".rjust(4, "*"), "-7".zfill(5), "abc".center(2))
show("Hello".upper(), "ß".upper(), "HELLO π".lower(), "they're".title(), "aB".swapcase(), "éA".capitalize())
show("Straße".casefold(), "ΑΣ".lower(), "ﬁ".upper(), "".upper())
show("abcabc".find("c"), "abcabc".rfind("c"), "abc".find("x"), "aaa".count("a", 1), "a".find("", 4))
show("abc".startswith(("x", "ab")), "abc".endswith("c", 0, 2), "".startswith("", 1), "aπ".find("π"), "abc".index("c"))
show("abc".find("b", -2), "abc".find("b", None, None), "ab".count(""), "abc".rindex("a"), "aπa".rfind("a", 0, 2))
show("a\tb".expandtabs(4), "x y".translate({120: "z", 32: None}), str.maketrans("ab", "cd", "e")[97])
show("aπ🐍".translate({0x1f40d: 960}), "abab".translate({97: "--"}), str.maketrans({"a": 1, 2: "b"})[97])
show("abc"[::-1], "abc"[1:], "aπb"[2:], "abcdef"[::2], "🐍a"[1], "abc"[-1], "abc"[5:], "aπ"[::-1])
show("abc".partition("b"), "abcb".rpartition("b"), "abc".partition("x"), "abc".rpartition("x"))
show("a\nb\r\nc".splitlines(), "a\nb".splitlines(True), "a\x85b\u2028c".splitlines(), "".splitlines())
show("  a ".strip(), "xxaxx".strip("x"), "xxaxx".lstrip("x"), "xxaxx".rstrip("x"), "\u2003a\x1c".strip(), "a".strip())
show("aXa".replace("X", "π"), "aaa".replace("a", "b", 2), "ab".replace("", "-"), "abc".replace("x", "y"))
show("abc".removeprefix("a"), "abc".removesuffix("c"), "abc".removesuffix(""), "abc".removeprefix("x"))
show("a1".isalnum(), "a".isalpha(), "1".isdigit(), "".isascii(), " ".isspace(), "\x1c".isspace(), "Aa".istitle())
show("a_1".isidentifier(), "²".isdigit(), "²".isdecimal(), "½".isnumeric(), "ab".islower(), "A1".isupper(), "\n".isprintable())
show("é" in "café", "x" in "abc", "" in "", "a" * 3, "aπ" * 2, 3 * "ab", "a" + "π", "a" < "b", "🐍" > "\uffff")
show("abc".__getnewargs__(), "abc".__sizeof__() > "".__sizeof__(), "π".__contains__("π"), [c for c in "aπ🐍"])


class Text(str):
    pass


text = Text("abc")
show(text.upper(), type(text.strip()) is str, type(text[:]) is str, type(str(text)) is str, text == "abc", "%s" % text)
show(hash(text) == hash("abc"), type(text.replace("x", "y")) is str, "-".join([text]), type("".join([text])) is str)

fails("a".find, 1)
fails("a".find)
fails("a".index, "b")
fails("a".startswith, 1)
fails("a".startswith, (1,))
fails("a".find, "a", "b")
fails("a".split, 1)
fails("a".split, "")
fails("a".partition, "")
fails(",".join, 1)
fails(",".join, ["a", 1])
fails("a".center, 3, 1)
fails("a".center, 3, "ab")
fails("a".strip, 1)
fails("a".replace, "a", None)
fails("a".translate, {97: 1.5})
fails("a".translate, {97: 0x110000})
fails(str.maketrans, {"ab": 1})
fails(str.maketrans, "a", "bc")
fails("abc".__getitem__, 5)
fails("abc".__getitem__, -4)
fails("abc".__add__, 1)
fails("abc".__contains__, 1)
