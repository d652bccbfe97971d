# Patterns, matches and replacements.
import re

m = re.search(r'(?P<first>\w+)\s+(?P<second>\w+)', '  hello big world')
print(m, m.group(), m.group(1, 'second'), m['first'], m.groups(), m.groupdict(), m.span('second'))
print(m.lastindex, m.lastgroup, m.regs, m.pos, m.endpos, m.expand(r'\2 \g<first>'))
print(re.findall('a(b)?', 'ab a abab'), re.split('x*', 'axbxxc'), re.sub(r'(\d)', r'<\1>', 'a1b22'))
print(re.subn('a', lambda m: m.group().upper(), 'banana', count=2), [x.span() for x in re.finditer('x*', 'axxb')])
print(re.compile('a', re.I | re.X), re.compile(b'a').findall(bytearray(b'banana')))
for f in [lambda: re.search('a', b'a'), lambda: re.search(b'a', 'a'), lambda: re.search('a', 1), lambda: m.group(9), lambda: re.compile('('), lambda: re.sub('a', r'\9', 'a')]:
    try:
        print(f())
    except Exception as ex:
        print(type(ex).__name__, ex)
