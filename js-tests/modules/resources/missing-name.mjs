import { nobody } from "./values.mjs";
