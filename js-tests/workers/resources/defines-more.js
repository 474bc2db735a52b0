function twice(x) { return 2 * x; } var more = twice(21);
