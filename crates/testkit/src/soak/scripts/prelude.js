// A turn of the event loop, in which finalization registries get theirs.
const turn = () => new Promise(done => setTimeout(done));

// Counts what is collected, by kind.
class Finalized {
    counts = {};
    #registry = new FinalizationRegistry(kind => this.counts[kind]++);

    watch(kind, object) {
        this.counts[kind] ??= 0;
        this.#registry.register(object, kind);
    }

    // What is wrong if not all were collected, but for the few that the last turn may still hold.
    async missing(count, spare = 2) {
        for (let i = 0; i < 50 && Object.values(this.counts).some(seen => seen < count - spare); i++) {
            collect();
            await turn();
        }
        console.log(`finalized: ${JSON.stringify(this.counts)}`);
        const few = Object.entries(this.counts).filter(([, seen]) => seen < count - spare);
        return few.map(([kind, seen]) => `only ${seen} of ${count} were collected: ${kind}`).join("; ");
    }
}

// Does something `count` times, with a turn of the event loop every now and then.
async function repeat(count, every, step) {
    for (let i = 0; i < count; i++) {
        await step(i);
        if (i % every === every - 1) {
            progress(i + 1);
            await turn();
        }
    }
    progress(count);
}
