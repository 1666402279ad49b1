/** The first page of a lake without flows. */
export default function FirstRunPage() {
  return <h1>Welcome</h1>;
}
