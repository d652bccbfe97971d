name = "x"
width = 10
plain = 'single' "double" '''triple
lines'''
raw = r"\d+" if name else rb"\x" if width else u"kind"
formatted = f"{name!r:>{width}} {{}} {name=} {width:,.2f} {'nested' + f'{name}'}"
template = t"{name} and {width!s:^{width}}"
escapes = "\N{GREEK SMALL LETTER ALPHA}\u00e9\x41\101\t\
joined"
surrogate = "\ud800"
π = "identifier: ﬁ" + ﬁx if 0 else None
