import { familyAge, withFamilyAge } from './refresh-family.js';

describe('the age of a refresh token’s family', () => {
  it.each([
    ['is that of its first token', withFamilyAge({}, 0), 100, 100],
    ['goes on over its tokens', withFamilyAge({ iat: 9000, iiat: 100 }, 500), 100, 600],
    ['is what the library counted where none was kept', { iat: 9000, iiat: 8000 }, 100, 1100],
    ['is never before its beginning', { iat: 8000, iiat: 9000 }, -1, 0],
  ])('%s', (_, stored, madeAgo, age) => {
    expect(familyAge(stored, madeAgo)).toBe(age);
  });
});
