var defined = "defined"; const lexical = 1;
