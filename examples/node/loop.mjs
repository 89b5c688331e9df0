// The payment loop itself: a buyer visits, Stripe reports, the purchase is completed or the money goes back.

import { inTurn, log, shown } from './calls.mjs';
import { purchaseId } from './checks.mjs';
import { quote } from './money.mjs';
import { Page } from './pages.mjs';
import { pageOf, used } from './payments.mjs';

export class Loop {
  constructor(config, dataverse, payments, store) {
    Object.assign(this, { config, dataverse, payments, store });
  }

  /** The address of the payment page for a purchase: one purchase, one price, one link that can be paid, however often the buyer comes. */
  visit({ id, back }, deadline) {
    return inTurn(id, async () => {
      const purchase = await this.dataverse.purchase(id, deadline);
      if (!purchase) throw new Page('unknown');
      const earlier = JSON.parse(this.store.get('link', id) ?? 'null');
      if (purchase.standing === 'completed') throw new Page('paid');
      if (purchase.standing === 'closed') {
        if (earlier) await this.#closeQuietly(earlier.link, id, deadline);
        throw new Page('closed');
      }
      const due = quote(purchase.price, purchase.code);
      if (!due) throw new Page('unpayable');
      const offer = { id, ...due, back };
      const link = (await this.#earlierLink(earlier, offer, deadline)) ?? (await this.payments.newLink(offer, deadline));
      if (used(link)) throw new Page('underWay');
      const page = pageOf(link);
      if (!page) throw new Page('broken');
      this.store.put('link', id, JSON.stringify({ link: link.id, offer }));
      return page;
    });
  }

  /** The link of a reservation that is over takes no more money. If that fails, what is paid there goes back. */
  async #closeQuietly(link, id, deadline) {
    try {
      await this.payments.closeLink(link, deadline);
    } catch (error) {
      log('warn', 'link stays open', { purchase: id, error: error.message });
    }
  }

  /** The link of an earlier visit, if it still serves. One for another price or return URL is closed, so that never two can be paid. */
  async #earlierLink(earlier, offer, deadline) {
    const link = earlier && (await this.payments.link(earlier.link, deadline));
    if (!link || used(link)) return link;
    if (link.active && JSON.stringify(earlier.offer) === JSON.stringify(offer)) return link;
    if (link.active) await this.payments.closeLink(link.id, deadline);
    return undefined;
  }

  /** Carries out an event of Stripe and says how it ended. Throws if Stripe shall send it again. */
  async notice(event, deadline) {
    const kinds = {
      'checkout.session.completed': 'paid',
      'checkout.session.async_payment_succeeded': 'paid',
      'checkout.session.async_payment_failed': 'failed',
    };
    const kind = Object.hasOwn(kinds, event.type) && kinds[event.type];
    // One expired session of a link says nothing about the others: the platform's own timeout decides.
    if (!kind) return 'nothing: a type that is not needed';
    if (event.account) return 'nothing: another account';
    const session = event.data?.object;
    if (typeof session?.id !== 'string') return 'nothing: no session in it';
    const livemode = event.livemode ?? session.livemode;
    if (this.config.livemode !== undefined && livemode !== this.config.livemode) return 'nothing: the other mode';
    // Everything else that this account sells comes here too.
    const purchase = purchaseId(session.metadata?.[this.config.metadataKey]);
    if (!purchase) return 'nothing: no purchase of ours';
    if (kind === 'failed') return inTurn(purchase, () => this.#rejected(session, purchase, deadline));
    // Bank debits are `unpaid` at first: their money is still on its way, and a later event tells.
    if (!['paid', 'no_payment_required'].includes(session.payment_status)) return 'nothing: not paid yet'; // payloop: remove this line to see C-N03 fail
    return inTurn(purchase, () => this.#paid(session, purchase, deadline));
  }

  async #paid(session, id, deadline) {
    if (this.store.get('refunded', session.id)) return 'nothing: its money is back with the buyer';
    const spent = this.store.first('spent', session.id, id);
    if (spent !== id) return this.#attention('this payment is for another purchase', session, id); // payloop: remove this line to see S-T06 fail
    const purchase = await this.dataverse.purchase(id, deadline);
    if (!purchase) return this.#attention('there is no such purchase', session, id);
    const first = this.store.get('completed', id);
    if (purchase.standing === 'completed') {
      // A repeat is done. A second payment goes back; without memory of the first the two look alike, and it stays where it is.
      return first && first !== session.id ? this.#giveBack('paid twice', session, id, deadline) : 'nothing: completed already';
    }
    // Authentic is not the same as right: a genuine event of one dollar must not complete a purchase of two thousand.
    if (!fits(session, purchase)) return this.#giveBack('the payment does not fit the price', session, id, deadline); // payloop: remove this line to see S-T01 fail
    return this.#complete(session, purchase, deadline);
  }

  async #complete(session, { id, standing }, deadline) {
    for (let refusals = 0; ; ) {
      try {
        await this.dataverse.complete(id, deadline);
        // A success for a reservation that was over already is believed only if the purchase shows it.
        const believed = standing === 'open' || (await this.dataverse.purchase(id, deadline))?.standing === 'completed';
        if (!believed) break; // payloop: remove this line to see R-D11 fail
        this.store.put('completed', id, session.id);
        return 'completed';
      } catch (error) {
        if (!['business', 'missing'].includes(error.kind)) throw error;
        refusals++;
      }
      // The answer to an earlier call may have been lost, or another call been at work.
      const now = await this.dataverse.purchase(id, deadline);
      if (now?.standing === 'completed') {
        const first = this.store.get('completed', id) ?? session.id;
        return first === session.id ? 'nothing: completed already' : this.#giveBack('paid twice', session, id, deadline);
      }
      if (now?.standing !== 'open' || refusals === 2) break;
    }
    return this.#giveBack('the seat is gone', session, id, deadline);
  }

  /** A payment was rejected for good. Only the rejection of the very price cancels: a stranger's failed payment does not. */
  async #rejected(session, id, deadline) {
    const purchase = await this.dataverse.purchase(id, deadline);
    if (purchase?.standing !== 'open' || !fits(session, purchase)) return 'nothing: there is nothing to cancel';
    try {
      await this.dataverse.cancel(id, deadline);
      return 'cancelled';
    } catch (error) {
      if (!['business', 'missing'].includes(error.kind)) throw error;
      return 'nothing: it is over already';
    }
  }

  /** Money without a seat goes back to the buyer. */
  async #giveBack(why, session, id, deadline) {
    const intent = session.payment_intent?.id ?? session.payment_intent;
    if (typeof intent !== 'string' || session.payment_status !== 'paid') {
      return this.#attention(`${why}, and there is nothing to refund`, session, id);
    }
    try {
      await this.payments.refund(intent, id, deadline);
    } catch (error) {
      if (!['declined', 'missing'].includes(error.kind)) throw error;
      return this.#attention(`${why}, and Stripe refuses the refund`, session, id);
    }
    this.store.put('refunded', session.id, id);
    log('warn', 'refunded', { purchase: id, session: shown(session.id), why });
    return 'refunded';
  }

  /** Nothing that a program should decide. Let your monitoring look for this line. */
  #attention(why, session, purchase) {
    log('error', 'needs attention', { purchase, session: shown(session.id), why });
    return 'parked';
  }
}

/** Whether this session is about exactly the price of the purchase. */
function fits(session, purchase) {
  const due = quote(purchase.price, purchase.code);
  if (session.payment_status === 'no_payment_required' && due?.minor !== 0) return false;
  return due !== undefined && session.amount_total === due.minor && session.currency === due.currency;
}
