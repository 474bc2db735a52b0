onmessage = ({ data, ports }) => postMessage(data, [...ports]);
