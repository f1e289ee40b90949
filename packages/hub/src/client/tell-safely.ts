/** Calls a listener. Its fault stops nobody else and does not stay unseen: it is thrown in a turn of its own. */
export function tellSafely<News>(listener: (news: News) => void, news: News): void {
  try {
    listener(news);
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
