import type { VNode } from 'preact';

/** One of several things, all of them shown. The first is chosen unless another is said to be. */
export function Choices(props: {
  readonly name: string;
  readonly legend: string;
  readonly options: readonly string[];
  readonly chosen?: string | undefined;
}): VNode {
  const chosen = props.options.includes(props.chosen ?? '') ? props.chosen : props.options[0];
  return (
    <fieldset class="choices">
      <legend>{props.legend}</legend>
      {props.options.map((option) => (
        <label key={option}>
          <input type="radio" name={props.name} value={option} checked={option === chosen} required />
          <span>{option}</span>
        </label>
      ))}
    </fieldset>
  );
}
