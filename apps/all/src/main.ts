import { AppError } from '@app/errors';
console.log(new AppError('invalid','x.y','z').code);
