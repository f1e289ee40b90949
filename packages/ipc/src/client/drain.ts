import type { Logger } from '../logger.ts';
import type { Subscription } from './subscription.ts';

/** Gives a listener one message after the other, until the subscription ends. Never rejects. */
export async function drain(
  subscription: Subscription,
  listener: (message: never) => unknown,
  logger: Logger,
): Promise<void> {
  try {
    for await (const message of subscription) {
      try {
        // The overloads of `listen` promise that the payload is that of its type, and the subscription has checked it.
        await listener(message as never);
      } catch (cause) {
        logger.error({ event: 'ipc.listener-failed', subject: message.type, cause });
      }
    }
  } catch (cause) {
    logger.debug({ event: 'ipc.subscription-ended', cause });
  }
}
