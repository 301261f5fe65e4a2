import type { CDPSession, Page } from 'playwright-core';

/** A passkey with all that makes it one, as only a virtual authenticator gives it away. */
export interface Credential {
  readonly credentialId: string;
  readonly privateKey: string;
  readonly signCount: number;
  readonly rpId?: string;
  readonly userHandle?: string;
  readonly isResidentCredential: boolean;
}

/** An authenticator of Chromium's own (CDP domain WebAuthn), built into the device that shows the page. */
export class VirtualAuthenticator {
  private constructor(
    private readonly session: CDPSession,
    private readonly authenticatorId: string,
  ) {}

  /** @param verifies whether it can ask for a PIN, finger or face */
  static async of(page: Page, { verifies = true } = {}): Promise<VirtualAuthenticator> {
    const session = await page.context().newCDPSession(page);
    await session.send('WebAuthn.enable', { enableUI: false });
    const { authenticatorId } = await session.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        ctap2Version: 'ctap2_1',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: verifies,
        isUserVerified: verifies,
        automaticPresenceSimulation: false,
      },
    });
    return new VirtualAuthenticator(session, authenticatorId);
  }

  /** Somebody touches it for as long as `act` takes. */
  async touched<T>(act: () => Promise<T>): Promise<T> {
    await this.present(true);
    try {
      return await act();
    } finally {
      await this.present(false);
    }
  }

  async credentials(): Promise<Credential[]> {
    const { authenticatorId } = this;
    return (await this.session.send('WebAuthn.getCredentials', { authenticatorId })).credentials;
  }

  async take(credential: Credential): Promise<void> {
    await this.session.send('WebAuthn.addCredential', { authenticatorId: this.authenticatorId, credential });
  }

  async remove(): Promise<void> {
    await this.session.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId: this.authenticatorId });
  }

  private async present(enabled: boolean): Promise<void> {
    const { authenticatorId } = this;
    await this.session.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId, enabled });
  }
}
