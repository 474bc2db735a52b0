// What names stand for is said by an import map: run with --import-map=examples/import-map.json.
import { greet } from "greetings";
import settings from "app/scripts.json" with { type: "json" };

console.log(greet("you") + settings.mark);
