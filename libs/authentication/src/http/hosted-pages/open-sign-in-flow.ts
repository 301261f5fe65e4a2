import type { FastifyReply } from 'fastify';
import { hostCookie } from '@app/http';
import { flowCookie, seeOther } from './flow-pages.js';

/** Sends a browser into a sign-in that was begun for it. @param secret what `SignInFlows.begin` gave */
export function openSignInFlow(reply: FastifyReply, secret: string): void {
  hostCookie(reply, flowCookie, secret);
  seeOther(reply, '/flow/sign-in');
}
