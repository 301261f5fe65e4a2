import { Global, Module } from '@nestjs/common';
import { Mail } from './mail.js';

/** Lets every lib ask for mails. Its container must hold CryptoModule. */
@Global()
@Module({ providers: [Mail], exports: [Mail] })
export class EmailModule {}
