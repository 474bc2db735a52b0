// A turn of the event loop, in which finalization registries get theirs.
const turn = () => new Promise(done => setTimeout(done));

// Counts what is collected, by kind.
class Finalized {
    made = {};
    counts = {};
    #registry = new FinalizationRegistry(kind => this.counts[kind]++);

    watch(kind, object) {
        this.counts[kind] ??= 0;
        this.made[kind] = (this.made[kind] ?? 0) + 1;
        this.#registry.register(object, kind);
    }

    // What is wrong if not all were collected, but for the few that the last turn may still hold.
    async missing(spare = 4) {
        const lacking = ([kind, seen]) => seen < this.made[kind] - spare;
        for (let i = 0; i < 50 && Object.entries(this.counts).some(lacking); i++) {
            collect();
            await turn();
        }
        console.log(`finalized: ${JSON.stringify(this.counts)} of ${JSON.stringify(this.made)}`);
        const few = Object.entries(this.counts).filter(lacking);
        return few.map(([kind, seen]) => `only ${seen} of ${this.made[kind]} were collected: ${kind}`).join("; ");
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

// Writes to every page of a buffer, so that the system has to give it memory.
function touch(buffer) {
    const bytes = new Uint8Array(buffer);
    for (let at = 0; at < bytes.length; at += 4096) bytes[at] = 1;
}
