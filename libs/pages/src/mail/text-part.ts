import type { MailContent } from './mail-content.js';

/** Columns a line may have, as RFC 5322 recommends. */
const width = 78;

/** Breaks at spaces. A word longer than a line stays whole: half an address leads nowhere. */
export function wrap(text: string, indent = ''): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && indent.length * Math.min(lines.length, 1) + longer.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = longer;
    }
  }
  return [...lines, line].join(`\n${indent}`);
}

function factLines(facts: NonNullable<MailContent['facts']>): string {
  const column = Math.max(...facts.map(([label]) => label.length)) + 2;
  return facts.map(([label, value]) => wrap(`${`${label}:`.padEnd(column)}${value}`, ' '.repeat(column))).join('\n');
}

/** The text part: the same words in the same order, the address alone on its line. */
export function textPart(content: MailContent): string {
  const { title, paragraphs, facts = [], code, action, closing = [], productName } = content;
  const blocks = [
    `${wrap(title)}\n${'='.repeat(Math.min(title.length, width))}`,
    ...paragraphs.map((paragraph) => wrap(paragraph)),
    ...(facts.length > 0 ? [factLines(facts)] : []),
    ...(code === undefined ? [] : [`    ${code}`]),
    ...(action ? [`${wrap(`${action.label}:`)}\n${action.url}`] : []),
    ...closing.map((remark) => wrap(remark)),
    `-- \n${productName}`,
  ];
  return `${blocks.join('\n\n')}\n`;
}
