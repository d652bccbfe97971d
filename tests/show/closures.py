def counter(start=0):
    count = start

    def step(by=1, /, *extra, key=None, **more):
        nonlocal count
        global total
        count += by
        total = count
        return lambda: (count, extra, more)

    return step


class Account:
    __balance = 0

    def deposit(self, amount):
        super().__init__()
        self.__balance += amount
        return [amount * rate for rate in self.rates if rate > amount]

    def __iter__(self):
        yield from (self.__balance for _ in range(3))
        return __class__
