import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Audit, type ClientInfo } from '@app/audit';
import { newMagicCode, typedMagicCode } from '@app/authentication';
import { HttpConfig } from '@app/config';
import { KeyedHash, randomToken } from '@app/crypto';
import { Transactions, type Tx, violatedUnique } from '@app/database';
import { Mail } from '@app/email';
import type { UserId } from '@app/users';
import {
  codeExhausted,
  codeWrong,
  domainKnown,
  domainNotFound,
  domainTaken,
  mailtoMissing,
  metadataNotDeclared,
  profileUrlInvalid,
  tooManyDomains,
  txtRecordMissing,
} from '../indieauth.errors.js';
import { metadataAddress } from '../metadata.js';
import { profileUrl } from '../profile-url.js';
import { checkInterval, codeLifetime, mailKinds } from './domain-rules.js';
import { DomainEvidence, txtName } from './domain-evidence.js';
import { type Domain, DomainsRepository, domainsPerUser } from './domains.repository.js';

const codePurpose = 'indieauth-domain-code';

/**
 * Proves that a page is somebody's: a TXT record of its domain with a value of this account, and a code mailed to the
 * address that the page publishes. Both must hold.
 */
@Injectable()
export class DomainVerification {
  constructor(
    private readonly domains: DomainsRepository,
    private readonly evidence: DomainEvidence,
    private readonly transactions: Transactions,
    private readonly audit: Audit,
    private readonly mail: Mail,
    private readonly keyedHash: KeyedHash,
    private readonly http: HttpConfig,
  ) {}

  /**
   * Adds a page; a value for its domain's TXT record is made.
   * @throws AppError invalid `indieauth.profile_url_invalid`; conflict `indieauth.domain_known`, `too_many_domains`
   */
  async add(userId: UserId, page: string, client: ClientInfo): Promise<Domain> {
    const me = profileUrl(/^[a-z][a-z0-9+.-]*:/i.test(page) ? page : `https://${page}`);
    if (me === undefined) throw profileUrlInvalid();
    const domain = { id: randomUUID(), userId, me, domain: new URL(me).hostname, txtValue: txtValue() };
    const added = await this.transactions.run(async (tx) => {
      const row = await this.domains.add(tx, domain);
      if (row) await this.record(tx, 'indieauth.domain_added', row, client);
      return row;
    });
    if (added) return added;
    throw (await this.domains.list(userId)).length < domainsPerUser ? domainKnown() : tooManyDomains();
  }

  /**
   * Looks for the TXT record, then mails a code to the address on the page; only then, so that nobody has codes sent
   * to addresses on pages of others.
   * @throws AppError not_found `indieauth.domain_not_found`; conflict `indieauth.txt_record_missing`,
   *   `metadata_not_declared`, `mailto_missing`; upstream `indieauth.name_servers_silent`, `page_unreadable`
   */
  async sendCode(userId: UserId, id: string, client: ClientInfo): Promise<Domain> {
    const domain = await this.find(userId, id);
    await this.requireTxtRecord(domain);
    await this.domains.keepDnsProof(id);
    const { declaresUs, email } = await this.evidence.page(domain.me);
    if (!declaresUs) throw metadataNotDeclared(metadataAddress(this.http.publicUrl));
    if (email === undefined) throw mailtoMissing();
    const code = newMagicCode();
    await this.transactions.run(async (tx) => {
      await this.domains.keepCode(tx, id, email, this.hashOf(id, code), codeLifetime);
      const data = { domain: domain.domain, address: client.address, userAgent: client.userAgent };
      await this.mail.enqueue(tx, { kind: mailKinds.code, recipient: email, reference: id, secret: code, data });
      await this.record(tx, 'indieauth.domain_code_sent', domain, client);
    });
    return this.find(userId, id);
  }

  /**
   * Proves the page by the code of the mail, while the TXT record still stands.
   * @throws AppError not_found `indieauth.domain_not_found`; invalid `indieauth.code_wrong`; expired
   *   `indieauth.code_exhausted`; conflict `indieauth.txt_record_missing`, `domain_taken`
   */
  async verify(userId: UserId, id: string, typed: string, client: ClientInfo): Promise<Domain> {
    const domain = await this.find(userId, id);
    const codeHash = await this.domains.takeAttempt(userId, id);
    if (!codeHash) throw codeExhausted();
    const code = typedMagicCode(typed);
    if (code === undefined || !this.keyedHash.matches(codePurpose, `${id}\n${code}`, codeHash)) throw codeWrong();
    await this.requireTxtRecord(domain);
    return this.keep(domain, codeHash, client);
  }

  /** @throws AppError not_found `indieauth.domain_not_found` */
  async remove(userId: UserId, id: string, client: ClientInfo): Promise<void> {
    await this.transactions.run(async (tx) => {
      const domain = await this.domains.remove(tx, userId, id);
      if (!domain) throw domainNotFound();
      await this.record(tx, 'indieauth.domain_removed', domain, client);
    });
  }

  private async keep({ id }: Domain, codeHash: Buffer, client: ClientInfo): Promise<Domain> {
    try {
      return await this.transactions.run(async (tx) => {
        const verified = await this.domains.verify(tx, id, codeHash, checkInterval);
        if (!verified) throw codeWrong();
        await this.record(tx, 'indieauth.domain_verified', verified, client);
        return verified;
      });
    } catch (error) {
      throw violatedUnique(error) === 'indieauth_domains_me_key' ? domainTaken() : error;
    }
  }

  private async requireTxtRecord({ domain, txtValue: value }: Domain): Promise<void> {
    if (!(await this.evidence.hasTxtRecord(domain, value))) throw txtRecordMissing(txtName(domain));
  }

  private async find(userId: UserId, id: string): Promise<Domain> {
    const domain = await this.domains.find(userId, id);
    if (!domain) throw domainNotFound();
    return domain;
  }

  private hashOf(id: string, code: string): Buffer {
    return this.keyedHash.digest(codePurpose, `${id}\n${code}`);
  }

  private record(tx: Tx, type: string, { userId, me }: Domain, client: ClientInfo): Promise<void> {
    return this.audit.record(tx, { type, userId, actorId: userId, client, data: { me } });
  }
}

const txtValue = (): string => `gatehouse-verification=${randomToken()}`;
