// Bodies that attract each other: floating point arithmetic on objects' fields.
(() => {
  class Body {
    constructor(i) {
      this.x = Math.sqrt(i + 1) * 3;
      this.y = (i * 1.7) % 5;
      this.z = (i * 0.3) % 1;
      this.vx = 0.01 * i;
      this.vy = 0.02 / (i + 1);
      this.vz = 0.001;
      this.mass = i === 0 ? 39 : 0.04 / i;
    }
  }
  const bodies = Array.from({ length: 6 }, (_, i) => new Body(i));
  const step = (dt) => {
    for (let i = 0; i < bodies.length; i++) {
      const a = bodies[i];
      for (let j = i + 1; j < bodies.length; j++) {
        const b = bodies[j];
        const dx = a.x - b.x;
        const dy = a.y - b.y;
        const dz = a.z - b.z;
        const squared = dx * dx + dy * dy + dz * dz + 0.01;
        const pull = dt / (squared * Math.sqrt(squared));
        a.vx -= dx * b.mass * pull;
        a.vy -= dy * b.mass * pull;
        a.vz -= dz * b.mass * pull;
        b.vx += dx * a.mass * pull;
        b.vy += dy * a.mass * pull;
        b.vz += dz * a.mass * pull;
      }
    }
    for (const body of bodies) {
      body.x += dt * body.vx;
      body.y += dt * body.vy;
      body.z += dt * body.vz;
    }
  };
  for (let i = 0; i < 1_000_000; i++) step(0.001);
  // Rounded: square roots are exact on every engine, but it is not the last digit that counts.
  return Math.round(bodies.reduce((sum, { x, y, z }) => sum + x + y + z, 0) * 1e6);
})();
