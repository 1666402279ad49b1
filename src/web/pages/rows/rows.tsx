/** Conversations. */
export default function RowsPage() {
  return <h1>Conversations</h1>;
}
