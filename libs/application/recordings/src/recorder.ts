import { FACT_WIRING, FACTS, encodeControl, encodeManifest } from '@aitrader/contracts';
import { newControl, type EpochMs, type Manifest } from '@aitrader/model';
import { encodeInterval } from '@aitrader/application-pipeline';
import { FencedPublisher, createRecording, deleteRecording, recordingInfo, type Bus } from '@aitrader/runtime-bus';
import type { Interval } from '@aitrader/runtime-engine';

/** Writes an in-process run into a recording: the same messages, with the same bytes, as the services would. */
export class Recorder {
  /** Intervals encoded before they are waited for: bounds what is held in memory. */
  static readonly CHUNK_INTERVALS = 512;
  readonly #publisher: FencedPublisher;
  #last: EpochMs | undefined;
  #failure: Error | undefined;

  private constructor(bus: Bus, manifest: Manifest) {
    this.#publisher = new FencedPublisher(bus, manifest.run, 'the recorder', {
      failed: (error) => (this.#failure = error),
      stored: () => undefined,
    });
  }

  /** Makes the recording and writes its manifest; when that fails there is none. @throws Error when a run of that name exists */
  static async begin(bus: Bus, manifest: Manifest): Promise<Recorder> {
    await createRecording(bus, manifest.run);
    const recorder = new Recorder(bus, manifest);
    try {
      await recorder.#begin(manifest);
      return recorder;
    } catch (error) {
      const { state } = await recordingInfo(bus, manifest.run);
      if (state.messages === 0) await deleteRecording(bus, manifest.run);
      throw error;
    }
  }

  async #begin(manifest: Manifest): Promise<void> {
    for (const fact of FACTS) {
      const instances = FACT_WIRING[fact].key === 'shard' ? manifest.shards : 0;
      if (instances === 0) await this.#publisher.own(fact, -1);
      for (let shard = 0; shard < instances; shard++) await this.#publisher.own(fact, shard);
    }
    this.#publisher.publish([{ fact: 'manifest', shard: -1, t: 0, payload: encodeManifest(manifest) }]);
    await this.flush();
  }

  readonly add = (interval: Interval): void => {
    this.#last = interval.t;
    for (const command of interval.control)
      this.#publisher.publish([{ fact: 'control', shard: -1, t: command.t, payload: encodeControl(command) }]);
    this.#publisher.publish(encodeInterval(interval));
  };

  /** Waits until all is stored. @throws the publisher's error, such as BusFullError */
  async flush(): Promise<void> {
    await this.#publisher.settled();
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Says that the feed has ended. */
  async end(): Promise<void> {
    if (this.#last !== undefined) {
      const end = encodeControl(newControl('end-of-bars', this.#last, 'ingest', 'the feed has ended'));
      this.#publisher.publish([{ fact: 'control', shard: -1, t: this.#last, payload: end }]);
    }
    await this.flush();
  }
}
