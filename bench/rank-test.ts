/**
 * Mann-Whitney U test: how likely two samples differ this much in rank when both come from one distribution. Two
 * sided, by the normal approximation with the correction for ties; good from about twenty values each.
 */
export function rankTest(a: readonly number[], b: readonly number[]): { readonly p: number; readonly z: number } {
  const all = [...a.map((value) => ({ value, ofA: true })), ...b.map((value) => ({ value, ofA: false }))];
  all.sort((x, y) => x.value - y.value);
  const n = all.length;
  let ranksOfA = 0;
  let ties = 0;
  for (let start = 0; start < n;) {
    let end = start + 1;
    while (end < n && all[end]?.value === all[start]?.value) end += 1;
    // Equal values share the mean of their ranks.
    const rank = (start + 1 + end) / 2;
    ranksOfA += rank * all.slice(start, end).filter(({ ofA }) => ofA).length;
    ties += (end - start) ** 3 - (end - start);
    start = end;
  }
  const u = ranksOfA - (a.length * (a.length + 1)) / 2;
  const mean = (a.length * b.length) / 2;
  const variance = ((a.length * b.length) / 12) * (n + 1 - ties / (n * (n - 1)));
  if (variance === 0) return { p: 1, z: 0 };
  const z = (u - mean) / Math.sqrt(variance);
  return { p: 2 * upperTail(Math.abs(z)), z };
}

/** P(Z > z) of the standard normal distribution; Abramowitz and Stegun 26.2.17, off by less than 1e-7. */
function upperTail(z: number): number {
  const t = 1 / (1 + 0.2316419 * z);
  const polynomial = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * polynomial;
}
