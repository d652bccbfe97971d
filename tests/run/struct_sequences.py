# Tuples with named fields: what is visible, hidden, refused.
import sys
import time

moment = time.gmtime(0)
print(moment)
print(moment[:3], moment.tm_zone, len(moment), moment.n_fields, moment.n_sequence_fields)
print(moment.__reduce__())
print(time.struct_time.__match_args__)
print(time.struct_time(range(11)).tm_gmtoff, time.struct_time(range(9), {"tm_zone": "X"}).tm_zone)
for arguments in [(), (5,), ((1, 2),), (range(20),), (range(9), {"tm_year": 1}), (range(9), 3)]:
    try:
        print(time.struct_time(*arguments))
    except TypeError as error:
        print(error)
print(moment.__replace__(tm_year=3).tm_year)
try:
    moment.__replace__(tm_foo=1)
except TypeError as error:
    print(error)
print(sys.version_info >= (3, 14), type(sys.version_info).__module__)
try:
    type(sys.flags)()
except TypeError as error:
    print(error)
