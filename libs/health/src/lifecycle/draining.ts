import { Injectable } from '@nestjs/common';

/** Whether this process is on its way out: still serving, but no longer to be sent anything new. */
@Injectable()
export class Draining {
  private begun = false;

  get active(): boolean {
    return this.begun;
  }

  begin(): void {
    this.begun = true;
  }
}
