import type { MessageStore } from '../store/message-store.ts';
import type { ConsumedMessage, ConsumerEngine } from './consumer.ts';
import type { StreamNews } from './stream-news.ts';

const PAGE = 256;

interface EmbeddedConsumerOptions {
  readonly store: MessageStore;
  readonly news: StreamNews;
  readonly stream: string;
  readonly name: string;
  readonly ackedSeq: number;
}

/** Reads a stream of the store from where the consumer is. */
export function createEmbeddedConsumer({
  store,
  news,
  stream,
  name,
  ackedSeq,
}: EmbeddedConsumerOptions): ConsumerEngine {
  async function* read(signal: AbortSignal): AsyncGenerator<ConsumedMessage> {
    let afterSeq = ackedSeq;
    while (!signal.aborted) {
      const known = news.count(stream);
      const page = await store.read(stream, { afterSeq, limit: PAGE, signal });
      for (const { type, seq, bytes } of page) {
        yield { subject: type, seq, bytes };
        afterSeq = seq;
      }
      if (page.length === 0) await news.wait(stream, known, signal);
    }
  }

  return {
    ackedSeq,
    read,
    async save(seq) {
      await store.advance({ name, stream, ackedSeq: seq });
    },
  };
}
